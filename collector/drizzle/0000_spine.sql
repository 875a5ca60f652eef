CREATE TABLE `event` (
	`bucket` integer NOT NULL,
	`part` integer NOT NULL,
	`at` integer NOT NULL,
	`id` integer NOT NULL,
	`site` integer NOT NULL,
	`received_at` integer NOT NULL,
	`type` text NOT NULL,
	`name` text,
	`user_id` text,
	`anonymous_id` text,
	`message_id` text NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`bucket`, `part`, `at`, `id`)
);
--> statement-breakpoint
CREATE INDEX `event_by_id` ON `event` (`id`);--> statement-breakpoint
CREATE TABLE `identity` (
	`bucket` integer NOT NULL,
	`site` integer NOT NULL,
	`kind` text NOT NULL,
	`value` text NOT NULL,
	`spans` text NOT NULL,
	PRIMARY KEY(`bucket`, `site`, `kind`, `value`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `key` (
	`hash` text PRIMARY KEY NOT NULL,
	`site` integer NOT NULL,
	`kind` text NOT NULL,
	`value` text,
	`created_at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `member` (
	`bucket` integer NOT NULL,
	`segment` integer NOT NULL,
	`profile` integer NOT NULL,
	`entered_at` integer NOT NULL,
	PRIMARY KEY(`bucket`, `segment`, `profile`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `member_by_entry` ON `member` (`segment`,`entered_at`,`profile`);--> statement-breakpoint
CREATE TABLE `member_count` (
	`bucket` integer NOT NULL,
	`segment` integer NOT NULL,
	`members` integer NOT NULL,
	PRIMARY KEY(`bucket`, `segment`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `member_count_by_segment` ON `member_count` (`segment`,`members`);--> statement-breakpoint
CREATE TABLE `member_log` (
	`bucket` integer NOT NULL,
	`profile` integer NOT NULL,
	`id` integer NOT NULL,
	`segment` integer NOT NULL,
	`version` integer NOT NULL,
	`direction` integer NOT NULL,
	`effective_at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`cause` text NOT NULL,
	`event` integer,
	PRIMARY KEY(`bucket`, `profile`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `member_log_by_segment` ON `member_log` (`segment`,`id`);--> statement-breakpoint
CREATE TABLE `message` (
	`bucket` integer NOT NULL,
	`site` integer NOT NULL,
	`message_id` text NOT NULL,
	PRIMARY KEY(`bucket`, `site`, `message_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `meta` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `outbox` (
	`bucket` integer NOT NULL,
	`id` integer NOT NULL,
	`site` integer NOT NULL,
	`payload` text NOT NULL,
	`claimed_until` integer NOT NULL,
	PRIMARY KEY(`bucket`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `outbox_by_claim` ON `outbox` (`claimed_until`);--> statement-breakpoint
CREATE TABLE `profile` (
	`bucket` integer NOT NULL,
	`id` integer NOT NULL,
	`site` integer NOT NULL,
	`user_id` text,
	`into` integer,
	`ids` text NOT NULL,
	`state` text NOT NULL,
	`revision` integer NOT NULL,
	`next_due` integer,
	PRIMARY KEY(`bucket`, `id`)
);
--> statement-breakpoint
CREATE INDEX `profile_due` ON `profile` (`next_due`) WHERE next_due is not null;--> statement-breakpoint
CREATE TABLE `segment` (
	`key` integer PRIMARY KEY NOT NULL,
	`site` integer NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`revision` integer NOT NULL,
	`definition` text NOT NULL,
	`profiles_done` integer,
	`profiles_total` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `segment_by_id` ON `segment` (`site`,`id`);--> statement-breakpoint
CREATE TABLE `site` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`time_zone` text NOT NULL,
	`revision` integer NOT NULL,
	`created_at` integer NOT NULL
);
