/** The mark: a drop of ink and the dot of its i. Takes the colour of the text around it. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d="M12 1.500c3.6 5 7 8.6 7 13a7 7 0 0 1-14 0c0-4.4 3.4-8 7-13Z" />
      <circle cx="20.5" cy="19.5" r="2" />
    </svg>
  );
}
