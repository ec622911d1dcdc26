package main

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
)

// migrations are applied once each, in the order of their names.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables to what this version needs. A claim runs it as its release:
// once for each image, before any task of the image starts. The version before goes on
// serving meanwhile, so each migration leaves tables that it still understands.
func migrate(ctx context.Context) error {
	db, err := database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	// A lock belongs to its connection.
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := lock(ctx, conn); err != nil {
		return err
	}
	return apply(ctx, conn)
}

// lock makes sure that nobody else migrates, for example a person by hand.
func lock(ctx context.Context, conn *sql.Conn) error {
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK('migrate', 60)").Scan(&got); err != nil {
		return err
	}
	if got.Int64 != 1 {
		return errors.New("cannot migrate: somebody else migrates for longer than a minute")
	}
	return nil
}

func apply(ctx context.Context, conn *sql.Conn) error {
	const table = "CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(100) PRIMARY KEY)"
	if _, err := conn.ExecContext(ctx, table); err != nil {
		return err
	}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := once(ctx, conn, file); err != nil {
			return fmt.Errorf("cannot apply %s: %w", file, err)
		}
	}
	return nil
}

// once applies a migration that the database does not have yet. MySQL commits each change
// of a table at once, so a migration that fails in its middle is tried again from its
// beginning: its statements say IF NOT EXISTS.
func once(ctx context.Context, conn *sql.Conn, file string) error {
	var n int
	if err := conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM migrations WHERE name = ?", file).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return nil
	}
	text, err := migrations.ReadFile(file)
	if err != nil {
		return err
	}
	for _, statement := range strings.Split(string(text), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	slog.Info("migrated", "file", file)
	_, err = conn.ExecContext(ctx, "INSERT INTO migrations (name) VALUES (?)", file)
	return err
}
