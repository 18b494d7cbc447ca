/** The face of the auth layer. */
export { getUserId, login, logout } from './login.ts';
