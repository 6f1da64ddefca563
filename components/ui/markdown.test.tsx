import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Markdown } from "#components/ui/markdown.tsx";

const html = (text: string) => renderToStaticMarkup(<Markdown>{text}</Markdown>);

test.each([
  "<script>alert(1)</script>",
  '<img src=x onerror="alert(1)">',
  "![tracker](https://example.org/pixel.png)",
  "[x](javascript:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  '<a href="x" onclick="alert(1)">x</a>',
  "<iframe src=//example.org></iframe>",
  "<style>body{display:none}</style>",
  "$\\href{javascript:alert(1)}{x}$",
  "$\\includegraphics{https://example.org/x.png}$",
])("%s runs nothing and fetches nothing", (hostile) => {
  const made = html(hostile);
  expect(made).not.toMatch(/<(script|img|iframe|style|object|embed|form|input|link|svg:a)\b/i);
  expect(made).not.toMatch(/<[^>]*\s(on\w+|src)=/i);
  expect(made).not.toMatch(/href="(?!https?:|mailto:|#)[^"]/i);
});

test("the page keeps its own headings: a person's begin one rank lower than the page's sections", () => {
  expect(html("# Mine\n\n## Also mine\n\n### Third")).not.toMatch(/<h[12]/);
});

test("what is meant comes through: emphasis, tables, links that vouch for nothing, formulas", () => {
  const made = html("**b** [l](https://example.org)\n\n|a|\n|-|\n|1|\n\n$x^2$");
  expect(made).toContain("<strong>b</strong>");
  expect(made).toContain('<a href="https://example.org" rel="nofollow ugc noopener noreferrer">l</a>');
  expect(made).toContain("<table>");
  expect(made).toContain('class="katex"');
});
