CREATE TABLE `tombstone` (
	`bucket` integer NOT NULL,
	`site` integer NOT NULL,
	`hash` text NOT NULL,
	`spans` text NOT NULL,
	`erased_at` integer NOT NULL,
	PRIMARY KEY(`bucket`, `site`, `hash`)
);
