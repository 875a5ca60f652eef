CREATE TABLE `account` (
	`bucket` integer NOT NULL,
	`site` integer NOT NULL,
	`group_id` text NOT NULL,
	`people` integer NOT NULL,
	`trail` text NOT NULL,
	`state` text NOT NULL,
	`next_due` integer,
	PRIMARY KEY(`bucket`, `site`, `group_id`)
);
--> statement-breakpoint
CREATE INDEX `account_by_id` ON `account` (`site`,`group_id`);--> statement-breakpoint
CREATE INDEX `account_due` ON `account` (`next_due`) WHERE next_due is not null;--> statement-breakpoint
CREATE TABLE `account_person` (
	`bucket` integer NOT NULL,
	`site` integer NOT NULL,
	`group_id` text NOT NULL,
	`profile` integer NOT NULL,
	PRIMARY KEY(`bucket`, `site`, `group_id`, `profile`)
);
