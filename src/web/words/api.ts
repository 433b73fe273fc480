/**
 * The texts of the API's page.
 */
export const API = {
  title: 'API',
  about: 'Everything on these pages comes from an HTTP API, which your own programs can ask too.',
  forMachines: 'For programs',
  machines: [
    ['/api/openapi.json', 'OpenAPI 3.1', 'this description, for generators of clients'],
    ['/metrics', 'Metrics', 'counters and gauges in the text format of Prometheus'],
    ['/health', 'Health', '200 when all is well, else 503 with the reason'],
  ],
  clientTitle: 'In TypeScript',
  clientText: 'The package has a client with types for every answer; these pages use it too.',
  client: `import { connect } from 'minimum-viable-blockchain/client';

const chain = connect('ORIGIN');
console.log((await chain.status()).height);
for await (const event of chain.events()) {
  if (event.kind === 'block') console.log(event.data.block.height);
}`,
  curlTitle: 'In a terminal',
  curlText: 'Reading needs nothing. What spends money, or turns the miner’s switches, needs the '
    + 'token: the content of the file dashboard-token in the data directory.',
  groups: { chain: 'The chain', node: 'The node', wallet: 'The wallet', other: 'More' },
  needsToken: 'needs the token',
  parameters: 'Parameters',
  name: 'Name',
  type: 'Type',
  meaning: 'Meaning',
  required: 'required',
  body: 'Body',
  answer: 'Answer',
  answers: 'Answers',
  curl: 'With curl',
  tryIt: 'Try it',
  send: 'Ask',
  missing: (name: string) => `Fill in ${name}.`,
  result: (status: number, type: string, ms: number) => `${status} · ${type} · ${ms} ms`,
  cut: (characters: string) => `The first ${characters} characters. `,
  whole: 'All of it',
} as const;
