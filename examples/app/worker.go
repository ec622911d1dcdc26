package main

import (
	"context"
	"database/sql"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// work confirms orders until it is told to stop. It finishes the order at hand first.
func work(ctx context.Context) error {
	url, err := variable("QUEUE_URL")
	if err != nil {
		return err
	}
	queue, err := sender(ctx)
	if err != nil {
		return err
	}
	db, err := database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	for ctx.Err() == nil {
		out, err := queue.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(url), WaitTimeSeconds: 20, MaxNumberOfMessages: 1,
		})
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			return err
		}
		for _, m := range out.Messages {
			handle(context.WithoutCancel(ctx), db, queue, url, m)
		}
	}
	return nil
}

// handle confirms an order and deletes its message. Without that, SQS gives the message to
// another task when its visibility timeout has passed, and to the dead-letter queue when
// it was received too often. Confirming an order twice does no harm.
func handle(ctx context.Context, db *sql.DB, queue *sqs.Client, url string, m types.Message) {
	id := aws.ToString(m.Body)
	if _, err := db.ExecContext(ctx, "UPDATE orders SET confirmed = TRUE WHERE id = ?", id); err != nil {
		slog.Error("cannot confirm", "order", id, "error", err)
		return
	}
	slog.Info("confirmed", "order", id)
	_, err := queue.DeleteMessage(ctx, &sqs.DeleteMessageInput{
		QueueUrl: aws.String(url), ReceiptHandle: m.ReceiptHandle,
	})
	if err != nil {
		slog.Warn("cannot delete the message; the order is confirmed once more", "order", id, "error", err)
	}
}
