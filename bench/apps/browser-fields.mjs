/** What a browser sends with a navigation: eleven request fields with Host, which the client adds. */
export const BROWSER_FIELDS = {
  Connection: 'keep-alive',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Accept-Language': 'en-GB,en;q=0.8,de;q=0.5',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  Referer: 'https://shop.example/catalogue/lanterns?page=2&sort=price',
  Cookie: 'consent=all; session=7f9c24e5b0d1443e9a; theme=dark; basket=3',
  'Upgrade-Insecure-Requests': '1',
  'Sec-Fetch-Mode': 'navigate',
  'Cache-Control': 'max-age=0',
};
