// The editor itself: CodeMirror in a shadow root, so that its styles are adopted sheets, which the
// policy of the page allows, and no <style> elements.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { linter, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.modifier], color: "var(--k-norm)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--k-party)" },
  { tag: [tags.string, tags.literal], color: "var(--k-place)" },
  { tag: [tags.number, tags.bool], color: "var(--k-age)" },
  { tag: [tags.url, tags.labelName, tags.namespace, tags.typeName, tags.className, tags.propertyName, tags.function(tags.variableName)], color: "var(--k-body)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
]);
const LOOK = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--edge)", borderRadius: "var(--radius)", fontSize: "0.9375rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", minHeight: "16rem", maxHeight: "60vh", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--shade)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--mark)" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "var(--radius)", maxWidth: "min(44rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--text)", maxHeight: "18rem", maxWidth: "min(44rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.5rem", whiteSpace: "normal" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontFamily: "var(--mono)", fontStyle: "normal", fontSize: "0.8rem", marginLeft: "0.75em" },
  ".cm-completionIcon": { display: "none" },
  // Not the pictures of the package, which are data: addresses.
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--stop)", textUnderlineOffset: "3px" },
  ".cm-diagnostic": { padding: "0.4rem 0.6rem", borderLeft: "4px solid var(--stop)" },
});

// The places that the grammar cannot read. An error of no length is shown on the letter beside it.
function errors(state, message) {
  const found = [];
  syntaxTree(state).iterate({
    enter(node) {
      if (!node.type.isError || found.length > 9) return;
      const to = Math.min(state.doc.length, Math.max(node.to, node.from + 1));
      found.push({ from: Math.min(node.from, Math.max(0, to - 1)), to, severity: "error", message });
    },
  });
  return found;
}

export function edit(parent, { text, label, words, complete, run, changed }) {
  const root = parent.attachShadow({ mode: "open" });
  const phrases = EditorState.phrases.of({ "Completions": words.editor_completions, "Diagnostics": words.editor_problems });
  return new EditorView({
    parent: root,
    root,
    doc: text,
    extensions: [
      phrases, LOOK, lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine(),
      sparql(), syntaxHighlighting(COLOURS), EditorView.lineWrapping,
      linter((view) => errors(view.state, words.editor_unreadable), { delay: 400 }),
      autocompletion({ override: [complete], activateOnTypingDelay: 60, maxRenderedOptions: 60 }),
      EditorView.contentAttributes.of({ "aria-label": label, lang: "en", spellcheck: "false", autocapitalize: "off" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }])),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    ],
  });
}

// Show at its place what the service says is wrong: line and column from 1.
export function point(view, line, column, message) {
  const at = view.state.doc.line(Math.min(line, view.state.doc.lines));
  const from = Math.min(at.from + Math.max(0, column - 1), at.to);
  view.dispatch(setDiagnostics(view.state, [{ from, to: Math.min(from + 1, view.state.doc.length), severity: "error", message }]));
}
