// One credential judged by one verifier that we did not write, without any network.
// Usage: node verify.mjs digitalbazaar|dcc < bundle.json
// bundle: {credential, documents: {url: document}, now?: "2026-11-20T08:00:00Z"}; prints {verified, detail}.
import {readFileSync} from 'node:fs';

const bundle = JSON.parse(readFileSync(0, 'utf8'));
console.log = console.error; // engines print remarks; our answer alone goes to stdout

if(bundle.now) {
  const shift = Date.parse(bundle.now) - Date.now();
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...values) {
      super(...(values.length ? values : [RealDate.now() + shift]));
    }
    static now() {
      return RealDate.now() + shift;
    }
  };
}

// did:web always means https; a demo on http://127.0.0.1 is known under both addresses
const documents = new Map();
for(const [url, document] of Object.entries(bundle.documents ?? {})) {
  for(const known of [url, url.replace(/^http:/, 'https:')]) {
    documents.set(known, document);
  }
}
const asked = [];

globalThis.fetch = async input => {
  const url = typeof input === 'string' ? input : input.url ?? String(input);
  asked.push(url);
  const document = documents.get(url);
  return new Response(document === undefined ? 'not found' : JSON.stringify(document), {
    status: document === undefined ? 404 : 200, headers: {'content-type': 'application/json'}
  });
};

const engine = process.argv[2];
if(!['digitalbazaar', 'dcc'].includes(engine)) {
  console.error(`there is no engine ${engine}`);
  process.exit(2);
}
const {judge} = await import(`./${engine}.mjs`);
const answer = await judge(bundle.credential, documents);
process.stdout.write(JSON.stringify({...answer, asked}) + '\n');
