/**
 * What a shop's own script does with Inkling: say which product is on show, and who signed up. It asks
 * for `window.inkling` at each call: until the tracking script is there, the snippet's stub answers.
 */

const product = document.querySelector('[data-product-id]');
if (product) {
  window.inkling?.track('Product Viewed', {
    product_id: product.dataset.productId,
    name: product.dataset.name,
    price: Number(product.dataset.price),
    currency: 'EUR',
  });
}

const form = document.querySelector('#signup');
if (form) {
  const plan = new URLSearchParams(location.search).get('plan');
  if ([...form.elements.plan.options].some((option) => option.value === plan)) {
    form.elements.plan.value = plan;
  }
  form.addEventListener('submit', (event) => {
    // There is no server behind this demo, so the account is made right here.
    event.preventDefault();
    signUp(form.elements.email.value.trim().toLowerCase(), form.elements.plan.value);
  });
}

document.querySelector('#sign-out')?.addEventListener('click', () => {
  window.inkling?.reset();
  location.reload();
});

function signUp(email, plan) {
  const userId = userIdOf(email);
  window.inkling?.identify(userId, { email, plan });
  window.inkling?.track('Signed Up', { plan });

  document.querySelector('#signup-view').hidden = true;
  const welcome = document.querySelector('#welcome');
  welcome.hidden = false;
  welcome.querySelector('[data-email]').textContent = email;
  welcome.querySelector('[data-user-id]').textContent = userId;
  welcome.querySelector('h1').focus();
}

/** A server would look the account up; here the same address always gives the same id (FNV-1a). */
function userIdOf(email) {
  let hash = 0x811c9dc5;
  for (const character of email) {
    hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193) >>> 0;
  }
  return `user_${hash.toString(36)}`;
}
