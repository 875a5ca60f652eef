CREATE TABLE `quarantine` (
	`site` integer NOT NULL,
	`id` integer NOT NULL,
	`key` text NOT NULL,
	`received_at` integer NOT NULL,
	`code` text NOT NULL,
	`pointer` text NOT NULL,
	`detail` text NOT NULL,
	`message_id` text,
	`event` text NOT NULL,
	`is_cut` integer NOT NULL,
	PRIMARY KEY(`site`, `id`)
);
--> statement-breakpoint
CREATE INDEX `quarantine_by_code` ON `quarantine` (`site`,`code`,`id`);--> statement-breakpoint
CREATE INDEX `quarantine_by_age` ON `quarantine` (`received_at`);--> statement-breakpoint
CREATE TABLE `tally` (
	`site` integer NOT NULL,
	`day` integer NOT NULL,
	`key` text NOT NULL,
	`outcome` text NOT NULL,
	`reason` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`site`, `day`, `key`, `outcome`, `reason`)
);
--> statement-breakpoint
CREATE INDEX `tally_by_day` ON `tally` (`day`);