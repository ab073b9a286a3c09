/** The Graph-compatible routes: a list and a record for each of Graph's collections. */
import { GRAPH_RESOURCES, type GraphResource } from '../graphResources.ts';
import type { Operation, Parameters, Route } from '../route.ts';

const LIST_QUERY: Parameters = {
  $filter: { example: 'activityDateTime ge 2026-11-20T00:00:00Z', description: 'OData, as Microsoft Graph takes it.' },
  $orderby: { example: 'activityDateTime desc', description: 'By the time of the records, asc or desc; newest first.' },
  $top: { example: '100', description: 'Records of one page at most.' },
  $select: { example: 'id', description: 'Top-level fields, a comma list.' },
  $skiptoken: { example: '<$skiptoken of an @odata.nextLink>', description: 'Where the list goes on.' },
};

const GRAPH: Route = {
  name: 'graph',
  methods: ['GET'],
  template: 'api/graph/{*path}',
  purpose: 'Answers as Microsoft Graph would, over the whole archive.',
  access: 'Archive.Read',
  ownQuery: true,
  operations: GRAPH_RESOURCES.flatMap(operationsOf),
};

/** Offered where Graph answers it, as a rule in one of its versions. */
function countOf({ countable }: GraphResource): Parameters {
  const description = `@odata.count with the first page, as Graph answers it: in ${countable.join(' and ')} alone.`;
  return countable.length === 0 ? {} : { $count: { example: 'true', description, values: ['true', 'false'] } };
}

function operationsOf(resource: GraphResource): Operation[] {
  const { path, typeName, versions, times } = resource;
  const ordered = resource.logTypes[0]?.timeField ?? '';
  const inPath: Parameters = {
    version: { example: 'beta', description: 'Version of the Graph API.', values: versions, required: true },
  };
  const logTypes = resource.logTypes.map(({ name }) => name);
  const query = {
    ...LIST_QUERY,
    $filter: { ...LIST_QUERY.$filter, example: `${times[0]} ge 2026-11-20T00:00:00Z` },
    $orderby: { ...LIST_QUERY.$orderby, example: `${ordered} desc` },
    ...countOf(resource),
  } as Parameters;
  return [
    {
      method: 'GET',
      path: `/api/graph/{version}/${path}`,
      summary: `The records of ${path}, newest first. Refused where none of its log types is pulled (LOG_TYPES).`,
      inPath,
      query,
      logTypes,
      success: {
        status: 200,
        description: `A page of ${typeName}.`,
        types: ['application/json'],
        members: ['@odata.context', 'value'],
      },
    },
    {
      method: 'GET',
      path: `/api/graph/{version}/${path}/{id}`,
      summary: `One record of ${path}.`,
      inPath: { ...inPath, id: { example: 'Directory_0a4c_00001', description: 'Id of the record.', required: true } },
      query: { $select: LIST_QUERY.$select } as Parameters,
      logTypes,
      success: {
        status: 200,
        description: `A ${typeName}.`,
        types: ['application/json'],
        members: ['@odata.context'],
      },
      errors: [404],
    },
  ];
}

export const GRAPH_ROUTES = { graph: GRAPH } as const;
