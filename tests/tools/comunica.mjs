// Comunica in Node: the sources, then the query, as arguments; what it found, as JSON.
import { QueryEngine } from '@comunica/query-sparql';

const [query, ...sources] = process.argv.slice(2);
const result = await new QueryEngine().query(query, { sources });
const found = [];
if (result.resultType === 'bindings') {
  for await (const row of await result.execute()) {
    found.push(Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
  }
} else if (result.resultType === 'quads') {
  for await (const quad of await result.execute()) {
    found.push([quad.subject.value, quad.predicate.value, quad.object.value]);
  }
} else {
  found.push(await result.execute());
}
console.log(JSON.stringify(found));
