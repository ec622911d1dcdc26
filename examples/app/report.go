package main

import (
	"context"
	"log/slog"
)

// report counts the orders of each day. A schedule may start it twice: the second run
// writes the same numbers again.
func report(ctx context.Context) error {
	db, err := database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	const count = `REPLACE INTO reports (day, orders)
		SELECT DATE(ordered_at), COUNT(*) FROM orders GROUP BY DATE(ordered_at)`
	if _, err := db.ExecContext(ctx, count); err != nil {
		return err
	}
	slog.Info("reported")
	return nil
}
