// JSONP as jquery.jsonp does it for LodLive: a script element, which calls a function or fails.
export async function run({ addresses }) {
  const answers = [];
  for (const address of addresses) {
    answers.push(
      await new Promise((resolve) => {
        const script = document.createElement('script');
        window.lodlive = resolve;
        script.onerror = () => resolve('failed');
        script.src = address;
        document.head.append(script);
      })
    );
  }
  return answers;
}
