package validate

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/plan"
)

var queueName = regexp.MustCompile(`^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$`)

// QueuesAreDistinct requires distinct names that SQS allows and that cannot equal the
// name of another of Kasha's queues. An environment variable is named after each queue.
func QueuesAreDistinct(p *plan.Plan) []error {
	c := p.Claim
	seen := map[string]bool{}

	var errs []error
	for i, q := range c.Spec.Queues {
		field := fmt.Sprintf("spec.queues[%d].name", i)
		switch {
		case !queueName.MatchString(q.Name):
			errs = append(errs, refuse(field, "cannot use %q: a queue's name begins with a letter and has at most 40 "+
				"lower-case letters, digits and hyphens; write for example jobs", q.Name))
		case strings.Contains(q.Name, "-queue-"), strings.Contains(q.Name, "-dlq-"),
			strings.Contains(q.Name, "-alarm-"), strings.HasSuffix(q.Name, "-dlq"):
			errs = append(errs, refuse(field, "cannot use %q: -queue-, -dlq- and -alarm- inside a name, and -dlq at "+
				"its end, are reserved for Kasha's own names; choose another name", q.Name))
		case seen[q.Name]:
			errs = append(errs, refuse(field, "cannot use %q for two queues: a name is listed twice; "+
				"give each queue a name of its own", q.Name))
		}
		seen[q.Name] = true
	}
	return errs
}
