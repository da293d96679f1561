import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** A title of a test or of a group of tests, as it is written: `%s` and `${name}` stand as they are. */
export interface TestTitle {
  /** From the root of the project, such as "test/e2e/chat.test.ts". */
  file: string;
  title: string;
  isSkipped: boolean;
}

/** Every title in `test` and `src`; a contract suite names its tests in a file that is no test itself. */
export function testTitles(): TestTitle[] {
  return ['src', 'test']
    .flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => `${root}/${path}`),
    )
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules'))
    .flatMap((file) => titlesIn(file, readFileSync(file, 'utf8')));
}

/** The titles in the text of one file. */
export function titlesIn(file: string, text: string): TestTitle[] {
  const titles: TestTitle[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [first] = node.arguments;
      const callee = nameOf(node.expression);
      if (first !== undefined && /^(test|it|describe)\b/.test(callee)) {
        const title = readTitle(first);
        if (title !== null) titles.push({ file, title, isSkipped: /\.(skip|todo)\b/.test(callee) });
      }
    }
    ts.forEachChild(node, visit);
  };
  const keepParents = true;
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, keepParents));
  return titles;
}

/** "test.each" for `test.each(rows)`, which is what a title is given to. */
function nameOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return `${nameOf(node.expression)}.${node.name.text}`;
  return ts.isCallExpression(node) ? nameOf(node.expression) : '';
}

function readTitle(node: ts.Expression): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.templateSpans.reduce(
    (title, { expression, literal }) => `${title}\${${expression.getText()}}${literal.text}`,
    node.head.text,
  );
}
