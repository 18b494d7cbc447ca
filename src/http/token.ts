/** RFC 9110 5.6.2: methods, and names of fields, cookies and parameters. */
export const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
