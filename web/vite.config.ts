// Builds the page as one HTML text without addresses, and puts it into the C++ source that the binary is built from.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const TARGET = fileURLToPath(new URL('../src/monitoring/page/page_template.cpp', import.meta.url));
const DATA = '<script type="application/json" id="data">null</script>';

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

// The browser runs the script and uses the style that these hashes name, and reaches no network at all.
function policy(script: string, style: string): string {
  const rules = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<meta http-equiv="Content-Security-Policy" content="${rules}" />`;
}

// A script or style ends at the first of these, wherever it stands.
function inlined(text: string): string {
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error('the script or style holds text that would end it');
  return text.trim();
}

function onePage(html: string, script: string, style: string): string {
  const bare = html
    .replace(/\s*<script type="module"[^>]*><\/script>/, '')
    .replace(/\s*<link rel="stylesheet"[^>]*>/, '')
    .replace(/>\s+</g, '>\n<');
  return bare
    .replace('<meta charset="utf-8" />', (meta) => `${meta}\n${policy(script, style)}`)
    .replace('</head>', () => `<style>${style}</style>\n</head>`)
    .replace('</body>', () => `<script type="module">${script}</script>\n</body>`);
}

function cppSource(page: string): string {
  const at = page.indexOf(DATA);
  if (at < 0) throw new Error(`the page has no ${DATA}`);
  const before = page.slice(0, at + DATA.indexOf('null'));
  const after = page.slice(at + DATA.indexOf('null') + 'null'.length);
  if (page.includes(')html"')) throw new Error('the page holds the end of a raw string');
  return `// Made by ./dev page from web/; not to be edited.
#include "monitoring/page/page_template.hpp"

namespace sluice {

// clang-format off
const std::string_view kPageBeforeData = R"html(${before})html";

const std::string_view kPageAfterData = R"html(${after})html";
// clang-format on

}  // namespace sluice
`;
}

function pageForTheBinary(): Plugin {
  return {
    name: 'page-for-the-binary',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle);
      const text = (file: (typeof files)[number] | undefined) => {
        if (!file) throw new Error('the build lacks a script, a style or a page');
        return file.type === 'chunk' ? file.code : String(file.source);
      };
      const script = files.filter((file) => file.type === 'chunk');
      if (script.length !== 1) throw new Error(`the page must be one script, not ${script.length}`);
      const style = files.find((file) => file.fileName.endsWith('.css'));
      const html = files.find((file) => file.fileName.endsWith('.html'));
      const page = onePage(text(html), inlined(text(script[0])), inlined(text(style)));
      writeFileSync(process.env['PAGE_TARGET'] ?? TARGET, cppSource(page));
    },
  };
}

export default defineConfig({
  plugins: [pageForTheBinary()],
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    write: false,
    modulePreload: false,
    reportCompressedSize: false,
  },
});
