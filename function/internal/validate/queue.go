package validate

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/plan"
)

var queueName = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)

// QueuesAreDistinct wants names that SQS takes, that cannot be mistaken for the
// name of another queue of Kasha's, and that lead to variables of their own.
func QueuesAreDistinct(p *plan.Plan) []error {
	c := p.Claim
	seen := map[string]string{}

	var errs []error
	for i, q := range c.Spec.Queues {
		field := fmt.Sprintf("spec.queues[%d].name", i)
		env := plan.QueueVariable(q.Name)

		switch first, taken := seen[env]; {
		case !queueName.MatchString(q.Name):
			errs = append(errs, refuse(field, "cannot use %q: a queue's name begins with a letter and has at most 40 lower-case letters, digits and hyphens; write for example jobs", q.Name))
		case strings.Contains(q.Name, "-queue-"), strings.Contains(q.Name, "-dlq-"), strings.Contains(q.Name, "-alarm-"), strings.HasSuffix(q.Name, "-dlq"):
			errs = append(errs, refuse(field, "cannot use %q: -queue-, -dlq- and -alarm- inside a name, and -dlq at its end, are reserved for Kasha's own names; choose another name", q.Name))
		case taken:
			errs = append(errs, refuse(field, "cannot use %q: the queue %q has the same variable %s; choose another name", q.Name, first, env))
		default:
			seen[env] = q.Name
		}
	}
	return errs
}
