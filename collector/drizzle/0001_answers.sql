CREATE TABLE `seen` (
	`site` integer NOT NULL,
	`kind` text NOT NULL,
	`event` text NOT NULL,
	`path` text NOT NULL,
	`count` integer NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`types` text NOT NULL,
	`examples` text NOT NULL,
	PRIMARY KEY(`site`, `kind`, `event`, `path`)
);
--> statement-breakpoint
CREATE TABLE `segment_version` (
	`segment` integer NOT NULL,
	`version` integer NOT NULL,
	`site` integer NOT NULL,
	`id` text NOT NULL,
	`definition` text NOT NULL,
	`saved_at` integer NOT NULL,
	`removed_at` integer,
	PRIMARY KEY(`segment`, `version`)
);
--> statement-breakpoint
CREATE INDEX `segment_version_by_id` ON `segment_version` (`site`,`id`,`segment`,`version`);--> statement-breakpoint
DROP INDEX `member_log_by_segment`;--> statement-breakpoint
CREATE INDEX `member_log_by_segment` ON `member_log` (`segment`,`id`,`recorded_at`,`effective_at`,`direction`);--> statement-breakpoint
INSERT INTO `segment_version` (`segment`, `version`, `site`, `id`, `definition`, `saved_at`)
  SELECT `key`, `version`, `site`, `id`, `definition`, `updated_at` FROM `segment`;
