-- CreateTable
CREATE TABLE "Curve" (
    "defenseId" TEXT NOT NULL,
    "distances" BYTEA NOT NULL,
    "attacked" INTEGER NOT NULL,
    "gradients" DOUBLE PRECISION NOT NULL,
    "forwards" DOUBLE PRECISION NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "ended" TEXT,
    "seed" TEXT NOT NULL,
    "evaluatorVersion" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Curve_pkey" PRIMARY KEY ("defenseId")
);

-- CreateTable
CREATE TABLE "Beyond" (
    "defenseId" TEXT NOT NULL,
    "corruptions" JSONB,
    "corruptionSeed" TEXT NOT NULL,
    "holdoutN" INTEGER NOT NULL,
    "holdoutClean" INTEGER NOT NULL,
    "holdoutStanding" INTEGER,
    "evaluatorVersion" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Beyond_pkey" PRIMARY KEY ("defenseId")
);

-- AddForeignKey
ALTER TABLE "Curve" ADD CONSTRAINT "Curve_defenseId_fkey" FOREIGN KEY ("defenseId") REFERENCES "Defense"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Beyond" ADD CONSTRAINT "Beyond_defenseId_fkey" FOREIGN KEY ("defenseId") REFERENCES "Defense"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
