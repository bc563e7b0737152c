// Reads pairs of modules from standard input, {path: [source, served]}, and prints the paths whose
// tokens differ: kind and exact text of each, by TypeScript's scanner, comments and blanks left out.

import { readFileSync } from 'node:fs';

import { ScriptTarget, SyntaxKind } from '../../web/node_modules/typescript/dist/ast/index.js';
import { createScanner } from '../../web/node_modules/typescript/dist/ast/scanner.js';

/** After one of these a slash divides; after anything else it begins a pattern. */
const ENDS_A_VALUE = new Set([
  SyntaxKind.Identifier, SyntaxKind.PrivateIdentifier, SyntaxKind.NumericLiteral, SyntaxKind.BigIntLiteral,
  SyntaxKind.StringLiteral, SyntaxKind.NoSubstitutionTemplateLiteral, SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral, SyntaxKind.CloseParenToken, SyntaxKind.CloseBracketToken,
  SyntaxKind.CloseBraceToken, SyntaxKind.ThisKeyword, SyntaxKind.SuperKeyword, SyntaxKind.NullKeyword,
  SyntaxKind.TrueKeyword, SyntaxKind.FalseKeyword,
]);

/** @param {string} text */
function tokensOf(text) {
  const scanner = createScanner(ScriptTarget.Latest, true);
  scanner.setText(text);
  const tokens = [];
  /** For each open brace, whether it belongs to a template. */
  const braces = [];
  let before = SyntaxKind.Unknown;
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    const isSlash = kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken;
    if (isSlash && !ENDS_A_VALUE.has(before)) kind = scanner.reScanSlashToken();
    if (kind === SyntaxKind.TemplateHead) braces.push(true);
    else if (kind === SyntaxKind.OpenBraceToken) braces.push(false);
    else if (kind === SyntaxKind.CloseBraceToken && braces.pop() === true) {
      kind = scanner.reScanTemplateToken(false);
      if (kind === SyntaxKind.TemplateMiddle) braces.push(true);
    }
    if (kind === SyntaxKind.Unknown || scanner.isUnterminated()) {
      throw new Error(`cannot read ${scanner.getTokenText().slice(0, 80)}`);
    }
    tokens.push(`${kind} ${scanner.getTokenText()}`);
    before = kind;
  }
  if (braces.length > 0) throw new Error('a brace stays open');
  return tokens;
}

/** @type {Record<string, [string, string]>} */
const pairs = JSON.parse(readFileSync(0, 'utf8'));
for (const [path, [source, served]] of Object.entries(pairs)) {
  const [one, other] = [tokensOf(source), tokensOf(served)];
  if (one.length !== other.length || one.some((token, i) => token !== other[i])) process.stdout.write(`${path}\n`);
}
