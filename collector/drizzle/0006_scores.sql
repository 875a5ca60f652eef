CREATE TABLE `score` (
	`key` integer PRIMARY KEY NOT NULL,
	`site` integer NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`revision` integer NOT NULL,
	`model` text NOT NULL,
	`profiles_done` integer,
	`profiles_total` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `score_by_id` ON `score` (`site`,`id`);--> statement-breakpoint
CREATE TABLE `score_version` (
	`score` integer NOT NULL,
	`version` integer NOT NULL,
	`model` text NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`score`, `version`)
);
