/** What a shop's own script does with Inkling: say which product is on show, and who signed up. */

/** Also there before the tracking script is: the snippet keeps early calls. */
const inkling = window.inkling;

const product = document.querySelector('[data-product-id]');
if (product) {
  inkling?.track('Product Viewed', {
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
  inkling?.reset();
  location.reload();
});

function signUp(email, plan) {
  const userId = userIdOf(email);
  inkling?.identify(userId, { email, plan });
  inkling?.track('Signed Up', { plan });

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
