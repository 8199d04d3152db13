// Sparnatural on a page of another origin: it reads its configuration, makes a query, and sends it.
export function run({ endpoint, config, query }) {
  return new Promise((resolve, reject) => {
    const element = document.createElement('spar-natural');
    const values = {
      src: config, endpoint, lang: 'kk', defaultLang: 'en', distinct: 'true', limit: '100',
    };
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
    element.addEventListener('init', () => element.loadQuery(query));
    element.addEventListener('queryUpdated', (event) => {
      const sparql = element.expandSparql(event.detail.queryString);
      element.executeSparql(sparql, (rows) => resolve({ sparql, rows }), reject);
    });
    document.body.append(element);
  });
}
