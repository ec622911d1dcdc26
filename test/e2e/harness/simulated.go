package harness

import (
	"path/filepath"
	"time"
)

// StartSimulatedProvider starts the provider that needs no AWS. All control planes of an
// output directory work in the same account.
func (l *Lab) StartSimulatedProvider(poll time.Duration) (*Process, error) {
	kubeconfig, err := l.AccountKubeconfig(Provider)
	if err != nil {
		return nil, err
	}
	return l.Start(
		Command{Name: "simulated-provider", Path: l.SimulatedProvider, Restart: true, Args: []string{
			"--kubeconfig", kubeconfig, "--journal", l.JournalPath(), "--faults", l.FaultsPath(),
			"--account", l.AccountPath(), "--poll", poll.String(),
		}})
}

// AccountPath is the file with the names that are taken in the AWS account.
func (l *Lab) AccountPath() string { return filepath.Join(l.Output, "account.jsonl") }

// FaultsPath is the file with what is to fail.
func (l *Lab) FaultsPath() string { return filepath.Join(l.Dir, "faults.json") }

// JournalPath is the file that lists what was created and deleted.
func (l *Lab) JournalPath() string { return filepath.Join(l.Dir, "logs", "journal.jsonl") }
