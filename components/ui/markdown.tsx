import "katex/dist/katex.min.css";
import ReactMarkdown from "react-markdown";
import rehypeKatex from "rehype-katex";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";

// Sanitised before KaTeX draws: its own markup is trusted, what people wrote is not. Images would tell a third party
// who reads the page, and headings of the page's own rank would break its outline.
const schema: typeof defaultSchema = {
  ...defaultSchema,
  tagNames: defaultSchema.tagNames?.filter((tag) => !["img", "h1", "h2", "input", "picture", "source"].includes(tag)),
  attributes: {
    ...defaultSchema.attributes,
    code: [["className", /^language-./, "math-inline", "math-display"]],
  },
  protocols: { ...defaultSchema.protocols, href: ["http", "https", "mailto"] },
};

/** Markdown (GitHub's dialect, with $formulas$) that a person wrote; raw HTML is dropped. */
export function Markdown({ children }: { children: string }) {
  return (
    <div className="prose max-w-[68ch]">
      <ReactMarkdown
        remarkPlugins={[remarkGfm, remarkMath]}
        rehypePlugins={[
          [rehypeSanitize, schema],
          [rehypeKatex, { trust: false, maxExpand: 100, maxSize: 20 }],
        ]}
        components={{
          a: ({ href, children }) => (
            <a href={href} rel="nofollow ugc noopener noreferrer">
              {children}
            </a>
          ),
        }}
      >
        {children}
      </ReactMarkdown>
    </div>
  );
}
