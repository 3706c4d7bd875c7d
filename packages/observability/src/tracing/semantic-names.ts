import type {
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';

// OpenTelemetry's names, held against their package by the compiler: loading it takes 12 ms for these few strings.

export const serviceNameKey: typeof ATTR_SERVICE_NAME = 'service.name';
export const serviceVersionKey: typeof ATTR_SERVICE_VERSION = 'service.version';
export const environmentKey: typeof ATTR_DEPLOYMENT_ENVIRONMENT_NAME = 'deployment.environment.name';

export const requestMethodKey: typeof ATTR_HTTP_REQUEST_METHOD = 'http.request.method';
export const originalMethodKey: typeof ATTR_HTTP_REQUEST_METHOD_ORIGINAL = 'http.request.method_original';
export const responseStatusKey: typeof ATTR_HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
export const routeKey: typeof ATTR_HTTP_ROUTE = 'http.route';
export const urlKey: typeof ATTR_URL_FULL = 'url.full';
export const pathKey: typeof ATTR_URL_PATH = 'url.path';
export const schemeKey: typeof ATTR_URL_SCHEME = 'url.scheme';
export const serverAddressKey: typeof ATTR_SERVER_ADDRESS = 'server.address';
export const serverPortKey: typeof ATTR_SERVER_PORT = 'server.port';
export const protocolVersionKey: typeof ATTR_NETWORK_PROTOCOL_VERSION = 'network.protocol.version';
export const userAgentKey: typeof ATTR_USER_AGENT_ORIGINAL = 'user_agent.original';
export const errorTypeKey: typeof ATTR_ERROR_TYPE = 'error.type';
