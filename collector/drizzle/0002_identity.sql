CREATE TABLE `identity_log` (
	`bucket` integer NOT NULL,
	`profile` integer NOT NULL,
	`id` integer NOT NULL,
	`site` integer NOT NULL,
	`action` text NOT NULL,
	`identity_kind` text NOT NULL,
	`identity_value` text NOT NULL,
	`into` integer NOT NULL,
	`from` integer,
	`at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`by` text NOT NULL,
	`event` integer,
	PRIMARY KEY(`bucket`, `profile`, `id`)
);
--> statement-breakpoint
ALTER TABLE `site` ADD `identify_by_email` integer DEFAULT 0 NOT NULL;