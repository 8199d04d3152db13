// Reads a file for graph programs with graphology or cytoscape.js, and prints what is in it:
// node networks.mjs gexf|graphml|cyjs FILE
import { readFileSync } from 'node:fs'
import cytoscape from 'cytoscape'
import graphology from 'graphology'
import gexf from 'graphology-gexf'
import graphml from 'graphology-graphml'

const [form, file] = process.argv.slice(2)
const text = readFileSync(file, 'utf8')
const labels = {}
let counts
if (form === 'cyjs') {
  const graph = cytoscape({ headless: true, ...JSON.parse(text) })
  graph.nodes().forEach((node) => { labels[node.data('uri')] = node.data('label') })
  counts = [graph.nodes().length, graph.edges().length]
} else {
  const { parse } = form === 'gexf' ? gexf : graphml
  const graph = parse(graphology, text, { addMissingNodes: false })
  graph.forEachNode((_, node) => { labels[node.uri] = node.label })
  counts = [graph.order, graph.size]
}
console.log(JSON.stringify({ counts, labels }))
