/**
 * uPlot makes a number format of the browser's language when it is loaded, and dies where that is no language tag, such as
 * `en-US@posix` in a headless Chromium: with it every view that has a picture. The page writes its numbers in one way.
 */
const UPLOT = /[\\/]uPlot\.esm\.js/;
const OF_THE_BROWSER = "new Intl.NumberFormat(domEnv ? nav.language : 'en-US')";

/** A plugin of Vite. It throws where uPlot does it in another way. */
export function plainNumbers() {
  return {
    name: 'plain-numbers',
    transform(code: string, id: string): string | undefined {
      if (!UPLOT.test(id)) return undefined;
      if (!code.includes(OF_THE_BROWSER)) throw new Error(`${id} makes its number format in a way that is not known`);
      return code.replace(OF_THE_BROWSER, "new Intl.NumberFormat('en-US')");
    },
  };
}
