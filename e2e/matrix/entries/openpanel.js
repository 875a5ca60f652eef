import { OpenPanel } from '@openpanel/web';

const openpanel = new OpenPanel({
  apiUrl: window.receiver,
  clientId: 'matrix',
  trackScreenViews: true,
});
window.record = (marker) => {
  void openpanel.track(marker);
};
