// Command app is the sample application of Kasha: a small shop. One image has five
// commands, which are a claim's frontend, backend, worker, schedule and release:
//
//	app frontend   shows the page, and passes /api/ on to the backend
//	app serve      takes orders: writes each to the database, and a message to the queue
//	app worker     takes the messages, and confirms the orders
//	app report     writes how many orders there were on each day
//	app migrate    brings the database's tables to what this version needs
//
// Everything that it needs from Kasha is in environment variables; examples/shop.yaml is
// the claim, and docs/first-application.md deploys it.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

var commands = map[string]func(context.Context) error{
	"frontend": frontend,
	"serve":    serve,
	"worker":   work,
	"report":   report,
	"migrate":  migrate,
}

func main() {
	// ECS sends SIGTERM before it stops a task, and CloudWatch reads a line of JSON as fields.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stdout, nil)))
	if err := run(ctx, os.Args[1:]); err != nil {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("cannot run %q: write one of frontend, serve, worker, report, migrate", args)
	}
	command, known := commands[args[0]]
	if !known {
		return fmt.Errorf("cannot run %q: write one of frontend, serve, worker, report, migrate", args[0])
	}
	return command(ctx)
}

// variable returns an environment variable that the command cannot do without.
func variable(name string) (string, error) {
	v := os.Getenv(name)
	if v == "" {
		return "", fmt.Errorf("cannot start without the variable %s: the claim's workload does not set it", name)
	}
	return v, nil
}
