import { InklingProvider } from '@inkling/sdk/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Route, Routes } from 'react-router';
import { Plans } from './pages/plans.tsx';
import { SignUp } from './pages/sign-up.tsx';
import { options } from './tracking.ts';

const place = document.getElementById('app');
if (!place) throw new Error('The page has no place for the app.');

createRoot(place).render(
  <StrictMode>
    <InklingProvider options={options}>
      <BrowserRouter>
        <Routes>
          <Route path="/" element={<Plans />} />
          <Route path="/sign-up" element={<SignUp />} />
        </Routes>
      </BrowserRouter>
    </InklingProvider>
  </StrictMode>,
);
