ALTER TABLE `key` ADD `id` text;--> statement-breakpoint
ALTER TABLE `key` ADD `name` text DEFAULT 'Default' NOT NULL;--> statement-breakpoint
ALTER TABLE `key` ADD `role` text;--> statement-breakpoint
CREATE UNIQUE INDEX `key_by_id` ON `key` (`id`);