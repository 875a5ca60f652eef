import { AnalyticsBrowser } from '@segment/analytics-next';

const analytics = AnalyticsBrowser.load(
  { writeKey: 'matrix', cdnURL: window.receiver },
  {
    retryQueue: true,
    integrations: {
      'Segment.io': {
        apiHost: `${new URL(window.receiver).host}/v1`,
        protocol: 'http',
        deliveryStrategy: { strategy: 'standard', config: { keepalive: true } },
      },
    },
  },
);
void analytics.page();
window.record = (marker) => {
  void analytics.track(marker);
};
