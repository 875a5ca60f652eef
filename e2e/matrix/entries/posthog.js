import posthog from 'posthog-js';

posthog.init('matrix', {
  api_host: window.receiver,
  persistence: 'localStorage+cookie',
  request_batching: true,
  disable_external_dependency_loading: true,
});
window.record = (marker) => posthog.capture(marker);
window.recordLast = (marker) =>
  posthog.capture(marker, {}, { send_instantly: true, transport: 'sendBeacon' });
