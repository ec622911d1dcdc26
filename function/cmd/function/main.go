// Package main serves the composition function that turns a KashaClaim into AWS
// resources.
package main

import (
	"github.com/alecthomas/kong"
	sdk "github.com/crossplane/function-sdk-go"

	"github.com/kasha-platform/kasha/function"
)

// bytesPerMB is the number of bytes in a megabyte of --max-recv-message-size.
const bytesPerMB = 1024 * 1024

// CLI are the function's flags. Crossplane starts the function without flags and
// gives the directory of the certificates in an environment variable.
type CLI struct {
	Debug       bool   `short:"d" help:"Log every pass with its counters."`
	Network     string `default:"tcp" help:"Network on which to listen."`
	Address     string `default:":9443" help:"Address at which to listen for Crossplane's calls."`
	TLSCertsDir string `env:"TLS_SERVER_CERTS_DIR" help:"Directory of tls.crt, tls.key and ca.crt for mutual TLS."`
	Insecure    bool   `help:"Serve without TLS. For development only: Crossplane always calls with TLS."`
	// Observed resources carry their whole status, so a request can be larger than gRPC's
	// default of 4 MB.
	MaxRecvMessageSize int    `default:"16" help:"Largest request in MB."`
	MetricsAddress     string `default:":8080" help:"Address of the Prometheus metrics; empty for none."`
	// Where guardrails are required, deleting all of them must not open the gate.
	Guardrails string `default:"Optional" enum:"Optional,Required" help:"Required refuses claims without a guardrail."`
}

// Run serves until the process is stopped.
func (c *CLI) Run() error {
	log, err := sdk.NewLogger(c.Debug)
	if err != nil {
		return err
	}
	fn := function.NewFunction(log)
	fn.Required = c.Guardrails == "Required"
	return c.serve(fn)
}

func main() {
	about := kong.Description("Composes a KashaClaim from AWS resources.")
	ctx := kong.Parse(&CLI{}, kong.Name("function-kasha"), about)
	ctx.FatalIfErrorf(ctx.Run())
}
