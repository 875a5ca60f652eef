import { inklingPlugin } from '@inkling/sdk/vue';
import { createApp } from 'vue';
import { createRouter, createWebHistory, RouterView } from 'vue-router';
import Plans from './pages/plans.vue';
import SignUp from './pages/sign-up.vue';
import { options } from './tracking.ts';

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: Plans, meta: { title: 'Plans' } },
    { path: '/sign-up', component: SignUp, meta: { title: 'Sign up' } },
  ],
});
router.afterEach((to) => {
  document.title = String(to.meta.title);
});

createApp(RouterView).use(inklingPlugin, options).use(router).mount('#app');
