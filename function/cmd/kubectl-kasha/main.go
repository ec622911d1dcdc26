// Kubectl-kasha is a plugin of kubectl, and a program of its own, for people who write KashaClaims and for those who
// run them: it shows a claim before it is applied, says what a claim in a cluster waits for, repairs what the provider
// has lost, and reaches the claim's workloads in AWS.
//
// Usage: kubectl kasha COMMAND, or kubectl-kasha COMMAND
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/cli"
	"github.com/kasha-platform/kasha/function/cmd/kubectl-kasha/internal/console"
)

// version is set when a release is built.
var version = "development"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, cli.New(console.System(), version), os.Args)
	stop()
	os.Exit(code)
}
