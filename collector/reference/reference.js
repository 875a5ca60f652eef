/** Shows the collector's description of itself; runs after swagger-ui's own script. */
const dark = matchMedia('(prefers-color-scheme: dark)');

function paint() {
  document.documentElement.classList.toggle('dark-mode', dark.matches);
}

paint();
dark.addEventListener('change', paint);

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  // A description is taken from nobody else, and told to nobody.
  queryConfigEnabled: false,
  validatorUrl: null,
  // A key is forgotten when the page is left.
  persistAuthorization: false,
  defaultModelsExpandDepth: 0,
});
