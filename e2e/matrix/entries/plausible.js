import { init, track } from '@plausible-analytics/tracker';

init({
  domain: 'shop.example',
  endpoint: `${window.receiver}/api/event`,
  captureOnLocalhost: true,
});
window.record = (marker) => track(marker, {});
