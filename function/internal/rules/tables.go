package rules

import (
	"fmt"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// tableAlarms are about requests that DynamoDB throttles or fails. It counts throttled requests by table and by
// index, and failed ones by operation.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
func tableAlarms(w World) map[string]alarm {
	out := map[string]alarm{}
	for _, t := range objects(lookup(w.Claim, "spec", "tables")) {
		key := "table-" + text(t, "name")
		table := "TableName=" + externalName(w.Desired[key])
		out["alarm-"+key+"-throttled"] = throttled(table)
		for _, i := range objects(t["indexes"]) {
			index := text(i, "name")
			out["alarm-"+key+"-index-"+stack.Digest(index)+"-throttled"] =
				throttled("GlobalSecondaryIndexName=" + index + " " + table)
		}
		var lines, sum []string
		for n, operation := range []string{
			"GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem",
		} {
			lines = append(lines,
				fmt.Sprintf("m%d: AWS/DynamoDB SystemErrors Sum 300 Operation=%s %s", n+1, operation, table))
			sum = append(sum, fmt.Sprintf("FILL(m%d, 0)", n+1))
		}
		lines = append(lines, "sum: "+strings.Join(sum, " + ")+" !")
		out["alarm-"+key+"-errors"] = above(0, 5*minute, 2).computed(lines...)
	}
	return out
}

func throttled(of string) alarm {
	return above(0, minute, 5).computed(
		"m1: AWS/DynamoDB ReadThrottleEvents Sum 60 "+of,
		"m2: AWS/DynamoDB WriteThrottleEvents Sum 60 "+of,
		"sum: FILL(m1, 0) + FILL(m2, 0) !",
	)
}
