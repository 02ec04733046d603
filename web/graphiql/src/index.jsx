import 'graphiql/style.css';
import './page.css';

import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import account from '../examples/account.graphql';
import deal from '../examples/deal.graphql';
import deals from '../examples/deals.graphql';
import drillDown from '../examples/drill-down.graphql';
import welcome from '../examples/welcome.graphql';

// Beside this file; their names are put in by the build.
const WORKERS = { editor: EDITOR_WORKER, json: JSON_WORKER, graphql: GRAPHQL_WORKER };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(new URL(WORKERS[label] ?? WORKERS.editor, import.meta.url), { type: 'module' }),
};

const tabs = [welcome, deal, deals, account, drillDown].map((query) => ({ query }));
const fetcher = createGraphiQLFetcher({ url: location.pathname });

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL fetcher={fetcher} defaultQuery={welcome} defaultTabs={tabs}>
    <GraphiQL.Logo>
      <strong>Rapport</strong>
    </GraphiQL.Logo>
  </GraphiQL>,
);
