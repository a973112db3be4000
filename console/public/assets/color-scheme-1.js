// Sets light or dark before the first paint. A file of its own, since inline scripts are not allowed;
// it has a number in its name, since it is cached for good.
;(() => {
  let wish = null
  try {
    wish = window.localStorage.getItem('mantine-color-scheme-value')
  } catch {
    // Storage may be blocked; then the system decides.
  }
  const dark =
    wish === 'dark' ||
    (wish !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
