"""What an HTTP answer is made of: negotiation, headers, problems, pages in a language."""
