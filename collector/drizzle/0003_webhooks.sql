CREATE TABLE `attempt` (
	`bucket` integer NOT NULL,
	`webhook` integer NOT NULL,
	`message` integer NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	`duration` integer NOT NULL,
	`status` integer,
	`error` text,
	`answer` text NOT NULL,
	PRIMARY KEY(`bucket`, `webhook`, `message`, `number`)
);
--> statement-breakpoint
CREATE TABLE `delivery` (
	`bucket` integer NOT NULL,
	`webhook` integer NOT NULL,
	`message` integer NOT NULL,
	`type` text NOT NULL,
	`lane` text NOT NULL,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`tries` integer NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`give_up_at` integer NOT NULL,
	`next_at` integer,
	PRIMARY KEY(`bucket`, `webhook`, `message`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `delivery_by_webhook` ON `delivery` (`webhook`,`message`);--> statement-breakpoint
CREATE INDEX `delivery_due` ON `delivery` (`webhook`,`next_at`) WHERE next_at is not null;--> statement-breakpoint
CREATE INDEX `delivery_lane` ON `delivery` (`webhook`,`lane`,`message`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `delivery_by_age` ON `delivery` (`created_at`);--> statement-breakpoint
CREATE TABLE `webhook` (
	`id` integer PRIMARY KEY NOT NULL,
	`site` integer NOT NULL,
	`url` text NOT NULL,
	`types` text NOT NULL,
	`segments` text,
	`enabled` integer NOT NULL,
	`description` text NOT NULL,
	`note` text,
	`secret` text NOT NULL,
	`old_secret` text,
	`old_secret_until` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `webhook_by_site` ON `webhook` (`site`,`id`);--> statement-breakpoint
DROP INDEX `outbox_by_claim`;--> statement-breakpoint
ALTER TABLE `outbox` ADD `relayed_at` integer;--> statement-breakpoint
CREATE INDEX `outbox_by_relay` ON `outbox` (`relayed_at`,`id`);--> statement-breakpoint
CREATE INDEX `outbox_by_id` ON `outbox` (`id`);--> statement-breakpoint
ALTER TABLE `outbox` DROP COLUMN `claimed_until`;