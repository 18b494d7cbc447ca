/** The face of what helps to test applications. */
export { type ClientRequestInit, TestClient, testClient, type TestClientOptions } from './client.ts';
export { type CookieJar } from './cookie-jar.ts';
export { type FormValues, type TestContent, type TestFile } from './encode.ts';
export { testRequest, type TestRequestInit } from './test-request.ts';
export { type FollowedRedirect, type TestResponse } from './test-response.ts';
